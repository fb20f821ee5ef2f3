# SPDX-License-Identifier: GPL-2.0-or-later
"""Writers of the products' own file formats, for the sample region and the tests."""
