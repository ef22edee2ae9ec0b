// SMTPWire
