"""machine."""

from flask import Blueprint

blueprint = Blueprint("machine", __name__)
