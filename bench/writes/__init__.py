"""How fast changes are carried out, beside the same statements sent by hand."""
