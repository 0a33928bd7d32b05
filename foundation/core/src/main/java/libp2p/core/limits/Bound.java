package libp2p.core.limits;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a bound, at the component of a record that holds it: the one place from which the check of the constructor,
 * the limits file, {@code p2p limits} and the table of the documents come. Values are texts in the form of the limits
 * file ({@link LimitText}): {@code "256"}, {@code "4MiB"}, {@code "30s"}, {@code "true"}.
 *
 * <p>A component whose type is a record with bounds of its own is a group, and has no annotation.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Bound {
    /** The default. */
    String value();

    /** The smallest value; of a truth value or a text there is none. */
    String least() default "";

    /** The largest value. */
    String most() default "";

    /** What is counted, for example {@code "streams"} or {@code "bytes"}; empty for durations and truth values. */
    String unit() default "";

    /** What the bound means, for people: half a sentence. */
    String is();
}
