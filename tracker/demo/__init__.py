"""The demonstration: a real plan that is over, and one in course with dates around today.

It plays what people do: it calls the services in the name of each actor, with the clock set back, as an entry
point would. So it opens its own transactions and stands above the services, beside commands and jobs.
"""
