package libp2p.node.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.security.cert.CertPathBuilderException;
import java.util.Collection;
import javax.net.ssl.SSLException;
import libp2p.core.connection.DialException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.GatedException;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.StreamResetException;
import libp2p.core.connection.UnauthorizedException;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.resource.LimitExceededException;
import libp2p.ipld.policy.DeniedException;
import libp2p.multiformats.MalformedException;
import picocli.CommandLine;

/** The exit codes of the program. */
public final class Exit {
    /** The command has done what it was asked for. */
    public static final int DONE = 0;

    /** It has failed for a reason that has no code of its own. */
    public static final int FAILED = 1;

    /** Its arguments are wrong. */
    public static final int USAGE = 2;

    /** No peer answered. */
    public static final int NOT_REACHED = 3;

    /** The remote peer, or a rule or limit of this host, said no. */
    public static final int REFUSED = 4;

    private Exit() {}

    /** The code for a failure. */
    public static int codeOf(Throwable error) {
        return switch (error) {
            case CommandLine.ParameterException wrong -> USAGE;
            case RefusedByNode refused -> refused.code();
            case MalformedException malformed -> USAGE;
            case IllegalArgumentException argument -> USAGE;
            case DialException dial -> codeOf(dial.causes().values());
            case PeerMismatchException mismatch -> REFUSED;
            case NegotiationException negotiation -> REFUSED;
            case GatedException gated -> REFUSED;
            case UnauthorizedException unauthorized -> REFUSED;
            case StreamResetException reset -> reset.code() == ErrorCode.STREAM_GATED ? REFUSED : FAILED;
            case LimitExceededException limit -> REFUSED;
            case DeniedException denied -> REFUSED;
            case ProtocolViolationException violation -> REFUSED;
            case DeadlineExceededException late -> NOT_REACHED;
            default -> FAILED;
        };
    }

    /** Refused if a peer answered and said no; not reached if none answered. */
    private static int codeOf(Collection<Throwable> causes) {
        return causes.stream().anyMatch(Exit::isRefusal) ? REFUSED : NOT_REACHED;
    }

    private static boolean isRefusal(Throwable cause) {
        return cause instanceof SSLException // the certificate of a WebSocket, or that of this host
                || cause instanceof PeerMismatchException
                || cause instanceof NegotiationException
                || cause instanceof GatedException
                || cause instanceof LimitExceededException
                || cause instanceof ProtocolViolationException;
    }

    /** The failure, and its cure where one is known. */
    public static String message(Throwable error) {
        if (error instanceof FileSystemException file) {
            return file.getFile() + ": " + reason(file);
        }
        if (error.getCause() instanceof FileSystemException file
                && String.valueOf(error.getMessage()).endsWith(String.valueOf(file.getMessage()))) {
            return error.getMessage() + ": " + reason(file);
        }
        if (isUntrusted(error)) {
            return plain(error)
                    + " (that certificate is not trusted here; --tls-insecure dials all the same, for tests)";
        }
        return plain(error);
    }

    private static String reason(FileSystemException file) {
        String reason = switch (file) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException missing -> "there is no such file";
            case FileAlreadyExistsException there -> "exists already";
            case NotDirectoryException other -> "is not a folder";
            default -> null;
        };
        return reason != null ? reason : file.getReason() != null ? file.getReason() : file.toString();
    }

    /** Whether a certificate of a WebSocket was issued by no trusted authority. */
    private static boolean isUntrusted(Throwable error) {
        if (error instanceof DialException dial) {
            return dial.causes().values().stream().anyMatch(Exit::isUntrusted);
        }
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException) {
                return true;
            }
        }
        return false;
    }

    private static String plain(Throwable error) {
        if (error instanceof BindException
                || error instanceof IOException
                || error instanceof UncheckedIOException
                || error instanceof IllegalArgumentException) {
            return String.valueOf(error.getMessage());
        }
        return error.toString();
    }
}
