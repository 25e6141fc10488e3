"""What the channels do: operate, charge fees, settle, serve visits, and cause complaints."""
