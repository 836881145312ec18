"""Pictures of what the reports describe, as SVG that needs nothing but itself."""
