package libp2p.contracts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Names the implementation that a test class puts through a suite. A case that it cannot do is excused by a line of the
 * resource {@code /harness/unsupported.txt} beside the test class: the name given here, the case, and the reason. An
 * excused case is skipped and says why.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Harness.Exceptions.class)
public @interface Harness {
    /** Code under test, as the file names it. */
    String value();

    /** Reads the file. */
    final class Exceptions implements ExecutionCondition {
        private static final String FILE = "/harness/unsupported.txt";

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Harness harness = context.getRequiredTestClass().getAnnotation(Harness.class);
            String reason = context.getTestMethod()
                    .map(method -> reason(context.getRequiredTestClass(), harness.value() + " " + method.getName()))
                    .orElse(null);
            return reason == null
                    ? ConditionEvaluationResult.enabled("a case of the harness")
                    : ConditionEvaluationResult.disabled("UNSUPPORTED(" + reason + ")");
        }

        private static @Nullable String reason(Class<?> type, String subjectAndCase) {
            try (InputStream file = type.getResourceAsStream(FILE)) {
                return file == null
                        ? null
                        : new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))
                                .lines()
                                .filter(line -> line.startsWith(subjectAndCase + " "))
                                .map(line -> line.substring(subjectAndCase.length() + 1))
                                .findFirst()
                                .orElse(null);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }
}
