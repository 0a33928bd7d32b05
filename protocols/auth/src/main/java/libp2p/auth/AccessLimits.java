package libp2p.auth;

import java.time.Duration;

/**
 * The bounds of this module.
 *
 * @param rules of one list
 * @param protocolLength characters of a pattern of protocols
 * @param fileBytes of a file with rules
 * @param filePause between two looks at a file with rules
 * @param denial how long telling a peer that its access is denied may take
 */
record AccessLimits(int rules, int protocolLength, int fileBytes, Duration filePause, Duration denial) {
    static final AccessLimits DEFAULT =
            new AccessLimits(1024, 512, 1 << 20, Duration.ofSeconds(5), Duration.ofSeconds(10));
}
