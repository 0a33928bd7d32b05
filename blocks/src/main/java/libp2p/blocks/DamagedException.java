package libp2p.blocks;

/** What the log has at a place is not the block that should stand there. */
final class DamagedException extends StoreException {
    private static final long serialVersionUID = 1;

    /** @param message file, offset, and what is wrong there */
    DamagedException(String message) {
        super(message, null);
    }
}
