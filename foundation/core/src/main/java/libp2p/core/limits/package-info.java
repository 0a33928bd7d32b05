/**
 * The bounds of all parts of a host as one idea. A part declares each of its bounds once, as a component of a public
 * record, with its default, range, unit and meaning ({@link libp2p.core.limits.Bound}); a host finds the records of all
 * modules on its path ({@link libp2p.core.limits.LimitRecords}) and changes them by name ({@link
 * libp2p.core.limits.LimitSet}).
 */
@org.jspecify.annotations.NullMarked
package libp2p.core.limits;
