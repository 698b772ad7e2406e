"""From folders of motions to one corpus: retargeted, filtered, labelled, split, and told about."""
