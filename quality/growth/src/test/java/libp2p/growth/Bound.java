package libp2p.growth;

/**
 * A class of which hostile operations may make more instances, up to a number.
 *
 * @param type as the class histogram names it
 * @param most instances that there may be at any time
 * @param reason what holds them, and which limit ends it
 */
record Bound(String type, long most, String reason) {
    Bound(Class<?> type, long most, String reason) {
        this(type.getName(), most, reason);
    }
}
