"""The city's register of places where people meet. A typed-in place becomes an unchecked entry."""
