package libp2p.blocks;

/** The bytes at a place of the log are not the block that should stand there. */
final class CorruptBlockException extends StoreException {
    private static final long serialVersionUID = 1;

    /** @param message file, offset, and what is wrong there */
    CorruptBlockException(String message) {
        super(message, null);
    }
}
