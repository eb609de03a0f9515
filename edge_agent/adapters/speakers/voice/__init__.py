"""The sound of a warning: spoken by eSpeak NG or recorded, made equally loud, kept in files."""
