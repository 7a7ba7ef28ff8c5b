"""Comptoir on screen: sign-in, uploads and the live dashboard."""
