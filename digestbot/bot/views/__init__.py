"""What users see: papers in, layouts out, without any other effect. Text of notes is escaped here, once."""
