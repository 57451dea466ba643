"""ENV: names collide, or cannot be told apart."""
