package libp2p.ipfs;

import java.util.Set;
import java.util.stream.Collectors;
import libp2p.core.identity.PeerId;
import libp2p.fetch.Reputation;
import org.jspecify.annotations.Nullable;

/**
 * What providers are chosen by, beside what they have done.
 *
 * @param count of providers at most
 * @param contentBytes of the content, −1 if that is not known: providers are judged by what the whole would take, and those
 *     that are reached through relays alone come last when it is more than a circuit may carry
 * @param preferred peers that the caller would rather ask
 * @param capability a protocol id that a provider must have declared; null for none, see {@link
 *     libp2p.core.host.Capabilities}
 */
public record ProviderChoice(
        int count,
        long contentBytes,
        Set<PeerId> preferred,
        @Nullable String capability) {
    /** Three providers of content of unknown size. */
    public static final ProviderChoice DEFAULT = new ProviderChoice(3, -1, Set.of(), null);

    public ProviderChoice {
        if (count < 1) {
            throw new IllegalArgumentException(count + " providers");
        }
        preferred = Set.copyOf(preferred);
    }

    /** So many at most. */
    public ProviderChoice withCount(int value) {
        return new ProviderChoice(value, contentBytes, preferred, capability);
    }

    /** For content of a size in bytes. */
    public ProviderChoice withContentBytes(long value) {
        return new ProviderChoice(count, value, preferred, capability);
    }

    /** With peers that the caller would rather ask. */
    public ProviderChoice withPreferred(Set<PeerId> value) {
        return new ProviderChoice(count, contentBytes, value, capability);
    }

    /** Of those alone that have declared a capability. */
    public ProviderChoice withCapability(String value) {
        return new ProviderChoice(count, contentBytes, preferred, value);
    }

    Reputation.Wanted wanted() {
        return new Reputation.Wanted(
                contentBytes, preferred.stream().map(PeerId::toString).collect(Collectors.toUnmodifiableSet()));
    }
}
