"""The parts of scripts/make-demo.py: drawing, film, writing, and the invented world of the demo."""
