package libp2p.pubsub.partial;

import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * A message in parts, as the application has it. The application defines what a part is and how parts are told apart;
 * {@link PartialMessages} knows which peer has which. Called by one thread at a time; must not block.
 */
public interface PartialMessage {
    /** The parts that are here, in the encoding of the application. */
    byte[] metadata();

    /**
     * The parts that are here and that a peer lacks.
     *
     * @param theirs the parts that the peer has, or null where it has told nothing yet
     * @return their encoding, or null where there is none to be sent
     * @throws MalformedException if the metadata makes no sense
     */
    byte @Nullable [] lackedBy(byte @Nullable [] theirs) throws MalformedException;

    /**
     * Takes parts that a peer has sent.
     *
     * @return whether one of them was not here before
     * @throws MalformedException if they are not parts of this message; none is taken then
     */
    boolean add(byte[] parts) throws MalformedException;

    /**
     * The metadata of a peer that has exactly the parts of an encoding made by {@link #lackedBy} or taken by
     * {@link #add}.
     */
    byte[] metadataOf(byte[] parts);

    /**
     * The metadata of a peer that had some parts and has told of, or was sent, others.
     *
     * @throws MalformedException if the metadata makes no sense
     */
    byte[] merged(byte[] before, byte[] more) throws MalformedException;
}
