package libp2p.scenarios.lossy;

import java.nio.channels.FileLock;

/** A lock of a process on a file. */
final class LossyLock extends FileLock {
    private final LossyChannel owner;
    private boolean released;

    LossyLock(LossyChannel owner, long position, long size, boolean shared) {
        super(owner, position, size, shared);
        this.owner = owner;
    }

    LossyFileSystem process() {
        return owner.process();
    }

    LossyChannel owner() {
        return owner;
    }

    @Override
    public boolean isValid() {
        return !released && owner.isOpen();
    }

    @Override
    public void release() {
        released = true;
        owner.release(this);
    }
}
