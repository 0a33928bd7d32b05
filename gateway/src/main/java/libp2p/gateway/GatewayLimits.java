package libp2p.gateway;

import java.time.Duration;

/**
 * Every bound of this module.
 *
 * @param connections at a time; further ones wait to be accepted
 * @param requests at a time; further ones are told to come again in a minute
 * @param headerBytes of a request
 * @param bodyBytes of a request
 * @param streams of one HTTP/2 connection at a time
 * @param idle a connection or stream on which nothing moves is ended after this time
 * @param silence how long an answer may be worked at while no byte goes to the client
 * @param request how long a request may take in all
 * @param slowest bytes a second that a reader must take of a body, on average, and that a writer must send of one after
 *     the idle time
 */
public record GatewayLimits(
        int connections,
        int requests,
        int headerBytes,
        int bodyBytes,
        int streams,
        Duration idle,
        Duration silence,
        Duration request,
        int slowest) {
    /** 4096 connections, 1024 requests, headers of 16 KiB, bodies of 1 MiB, 256 streams, 30 s, 1 minute, 1 hour, 1 KiB/s. */
    public static final GatewayLimits DEFAULT = new GatewayLimits(
            4096,
            1024,
            16 << 10,
            1 << 20,
            256,
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            1 << 10);

    /** With another number of requests. */
    public GatewayLimits withRequests(int value) {
        return new GatewayLimits(connections, value, headerBytes, bodyBytes, streams, idle, silence, request, slowest);
    }

    /** With another time for work without a byte for the client. */
    public GatewayLimits withSilence(Duration value) {
        return new GatewayLimits(connections, requests, headerBytes, bodyBytes, streams, idle, value, request, slowest);
    }

    /** With another time without movement. */
    public GatewayLimits withIdle(Duration value) {
        return new GatewayLimits(
                connections, requests, headerBytes, bodyBytes, streams, value, silence, request, slowest);
    }
}
