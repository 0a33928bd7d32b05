package libp2p.core.limits;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names a record of bounds: the first word of the names of its bounds in a limits file. The record {@code
 * @LimitGroup("quic") QuicLimits} with the component {@code inboundStreams} has the bound {@code quic.inbound-streams}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface LimitGroup {
    /** The name, for example {@code "quic"}; unique on a path. */
    String value();
}
