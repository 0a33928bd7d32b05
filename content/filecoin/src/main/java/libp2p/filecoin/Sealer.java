package libp2p.filecoin;

import java.io.IOException;
import java.nio.file.Path;

/** Takes the pieces of deals that are on the chain, to seal them. Thread-safe; may block. */
public interface Sealer {
    /**
     * Takes a piece, perhaps once more after a failure of the machine. It is a CAR, which is gone when this returns:
     * what is to stay is moved or copied.
     *
     * @param car the file
     * @param deal what the client proposed
     * @param dealId the number of the deal on the chain
     * @throws IOException to fail the deal
     */
    void add(Path car, DealParams deal, long dealId) throws IOException;

    /** The state of the sealing of a deal as clients are told it; short. */
    default String status(long dealId) {
        return "";
    }
}
