"""Who shows a picture: notebooks today."""
