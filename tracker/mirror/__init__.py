"""The public portal as a folder of files that needs no server: what `cumple export site` writes.

It is made by asking the application itself, without a session, for what a visitor could open, so that nothing
gets into it that is not public: `reading` follows the links, `places` names the files, `pages` turns every
address into a path from one file to another, `folder` puts the whole in the place of the one before.
"""
