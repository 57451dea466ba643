"""CloudWatch: ministack keeps metrics and alarms; when an alarm goes off is judged here."""
