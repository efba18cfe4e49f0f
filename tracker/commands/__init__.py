"""Commands of the service, a module for each feature; each exposes `register(app)`."""
