"""``python -m siliconomics`` is the command line."""

from siliconomics.faces.cli import main

main()
