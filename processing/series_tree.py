# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the maps of runs stand in the layer tree: one group a run, stations above all in a group of their own.

A run's kinds of maps are its sub-groups, of which one is seen; of the days of a kind one is seen, too, unless they are
played: then QGIS draws that of the controller's day.
"""

from ..i18n import tr

# what marks a group: that of a run tells the folder, that of the days of a kind which kind
RUN, DAYS, STATIONS = "soilsharp/run", "soilsharp/days", "soilsharp/stations"


class Played:
    """Whether the temporal controller of QGIS's window is on: `now`, which its follower sets."""

    now = False


def marked(root, key):
    """Return the groups that have a mark, in the order of the tree."""
    return [group for group in root.findGroups(True) if group.customProperty(key)]


def insert_run(root, folder, label):
    """Return a new group for the run of a folder: above other runs, under the stations.

    It has the label of an earlier one of the same folder, which is to be removed.
    """
    old = marked_with(root, RUN, str(folder))
    name = old[0].name() if old else _unlike_others(root, folder, label)
    above = [place for place, node in enumerate(root.children()) if node.customProperty(STATIONS)]
    group = root.insertGroup(above[-1] + 1 if above else 0, name)
    group.setCustomProperty(RUN, str(folder))
    return group


def _unlike_others(root, folder, label):
    """Return a label with the name of the folder, and with so much of its path that no other group has it."""
    taken = {group.name() for group in root.findGroups(True)}
    parts = folder.parts
    names = ["/".join(parts[-count:]) for count in range(1, len(parts))]
    labels = [label.format(name) for name in names]
    return next((one for one in labels if one not in taken), label.format(folder))


def marked_with(root, key, value):
    """Return the groups whose mark says this."""
    return [group for group in marked(root, key) if group.customProperty(key) == value]


def remove_groups(project, groups):
    """Take groups away with their layers."""
    for group in groups:
        project.removeMapLayers([node.layerId() for node in group.findLayers()])
        group.parent().removeChildNode(group)


def insert_days(parent, key, title):
    """Return a new group for the days of a kind in that of a run."""
    group = parent.addGroup(title)
    mark_days(group, key)
    return group


def mark_days(group, key):
    """Let a group hold the days of a kind."""
    group.setCustomProperty(DAYS, key)
    group.setIsMutuallyExclusive(not Played.now)


def see_first(group):
    """Let only the first kind of a run be seen."""
    if len(group.children()) > 1:
        group.setIsMutuallyExclusive(True, 0)


def unfold(group):
    """Unfold a run down to its first map, whose legend is that of all; its other kinds and days stay folded.

    A view unfolds nothing that is empty, so that this is for a group that has been filled.
    """
    for node in group.children():
        node.setExpanded(False)
    first = group
    while first is not None:
        first.setExpanded(False)
        first.setExpanded(True)
        first = next(iter(first.children()), None)


def see_days(group, all_of_them):
    """Let all days of a kind be seen, to be played, or only one of them: the one that was seen before, or the first."""
    if all_of_them:
        group.setIsMutuallyExclusive(False)
        for node in group.children():
            node.setItemVisibilityChecked(True)
    else:
        group.setIsMutuallyExclusive(True, 0)


def move_to_stations(layer, project):
    """Bring a layer of points into the group of stations, which lies above all maps."""
    root = project.layerTreeRoot()
    node = root.findLayer(layer.id())
    if node is None or node.parent().customProperty(STATIONS):
        return
    groups = marked(root, STATIONS)
    group = groups[0] if groups else root.insertGroup(0, tr("Stations"))
    group.setCustomProperty(STATIONS, "yes")
    own = node.clone()
    own.setItemVisibilityChecked(True)  # QGIS puts a layer beside the chosen one, where among days only one is seen
    group.insertChildNode(0, own)
    node.parent().removeChildNode(node)
