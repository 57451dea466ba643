"""ALERT: nobody is told."""
