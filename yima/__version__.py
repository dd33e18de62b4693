"""The number of this version; the package is built with it."""

VERSION = "0.1.0"
