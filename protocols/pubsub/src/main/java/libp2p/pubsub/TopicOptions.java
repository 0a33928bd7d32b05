package libp2p.pubsub;

import libp2p.pubsub.score.TopicScoreParameters;
import org.jspecify.annotations.Nullable;

/**
 * The part of this host in a topic.
 *
 * @param scores how peers are scored in it, or null for the default of the family
 * @param messageBytes of data in a message; longer ones are invalid
 * @param requestsPartial ask peers for parts of messages rather than whole ones
 * @param supportsPartial tell peers that parts of messages can be sent
 */
public record TopicOptions(
        @Nullable TopicScoreParameters scores, int messageBytes, boolean requestsPartial, boolean supportsPartial) {
    /** No scores, messages of any length up to the limits of the router, and no partial messages. */
    public static final TopicOptions DEFAULT = new TopicOptions(null, Integer.MAX_VALUE, false, false);

    /** The same with scores for the topic; null for none. */
    public TopicOptions withScores(TopicScoreParameters value) {
        return new TopicOptions(value, messageBytes, requestsPartial, supportsPartial);
    }

    /** The same with another number of bytes that a message of the topic may have. */
    public TopicOptions withMessageBytes(int value) {
        return new TopicOptions(scores, value, requestsPartial, supportsPartial);
    }

    /**
     * The same with partial messages, which this peer can send; {@code requests} tells whether it would rather receive
     * parts as well.
     */
    public TopicOptions withPartialMessages(boolean requests) {
        return new TopicOptions(scores, messageBytes, requests, true);
    }
}
