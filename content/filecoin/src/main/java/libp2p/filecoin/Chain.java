package libp2p.filecoin;

import java.io.IOException;
import java.math.BigInteger;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Registration;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * The part of a chain that the market needs: a node of Filecoin behind its API, or {@link MemoryChain}. Thread-safe; methods may
 * block. An {@code IOException} says that the chain cannot be asked now; a refusal is a {@link DealException}.
 */
public interface Chain {
    /** The epoch of the newest block, of thirty seconds. */
    long head() throws IOException;

    /**
     * Runs an action with each new epoch, in order, without locks.
     *
     * @return to end it
     */
    Registration onHead(LongConsumer action);

    /**
     * The address of the key behind an account, or of the worker behind a miner; null if there is none. An address of a
     * key is its own.
     */
    @Nullable
    FilecoinAddress key(FilecoinAddress address) throws IOException;

    /** The escrow of an account that no deal has locked, in attoFIL. */
    BigInteger available(FilecoinAddress address) throws IOException;

    /** The least collateral that a provider pledges for a padded piece, in attoFIL. */
    BigInteger leastCollateral(long pieceBytes, boolean verified) throws IOException;

    /** The bytes of data cap that an account has. */
    BigInteger dataCap(FilecoinAddress address) throws IOException;

    /**
     * Sends the message that publishes a deal. The same signed deal, sent again, has the same message.
     *
     * @throws DealException if the chain refuses it
     */
    Cid publish(ClientDealProposal deal) throws IOException;

    /**
     * Waits until the chain has the deal that a message publishes.
     *
     * @return the number of the deal
     * @throws DealException if the message has failed
     */
    long await(Cid message, Deadline deadline) throws IOException;

    /** The terms of a deal on the chain; null if it has none of this number. */
    @Nullable
    DealProposal deal(long dealId) throws IOException;

    /** The epoch at which the piece of a deal was first proven; empty before. */
    OptionalLong activeSince(long dealId) throws IOException;
}
