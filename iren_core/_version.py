"""The version that is printed on every figure, slide and sheet."""

__version__ = "0.1.0"
