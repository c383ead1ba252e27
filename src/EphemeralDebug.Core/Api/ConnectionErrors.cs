using System.IO;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;

namespace EphemeralDebug.Api;

/// <summary>Turns what HttpClient throws into one sentence about the server that was asked.</summary>
internal static class ConnectionErrors
{
    /// <summary>The id of a connection that was there and broke.</summary>
    public const string LostId = "ConnectionLost";

    /// <summary>The id of a request that the server refused unread.</summary>
    public const string RefusedId = "RequestRefused";

    /// <summary>The id of a request that was not answered in time.</summary>
    public const string TimedOutId = "RequestTimedOut";

    /// <summary>HTTP/2's REFUSED_STREAM: nothing of the request has been processed (RFC 9113, section 8.7).</summary>
    private const int RefusedStream = 7;

    public static EphemeralDebugException From(Exception exception, Uri server)
    {
        string address = server.GetLeftPart(UriPartial.Authority);
        if (FindInner<AuthenticationException>(exception) is { } tls)
        {
            return Untrusted(address, tls);
        }

        if (FindInner<HttpProtocolException>(exception) is { ErrorCode: RefusedStream })
        {
            return Refused(address, exception);
        }

        return (exception as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => new EphemeralDebugException(
                "ServerNotResolved",
                FailureKind.Connection,
                $"The name of the server {address} could not be resolved.",
                "Check the server address in the kubeconfig and the network's name resolution (a VPN may be off).",
                exception),
            HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError => Lost(exception, server),
            HttpRequestError.Unknown when FindInner<IOException>(exception) is not null => Lost(exception, server),
            _ => Unreachable(address, exception),
        };
    }

    /// <summary>The connection was there and broke while an answer was being read.</summary>
    public static EphemeralDebugException Lost(Exception exception, Uri server) => new(
        LostId,
        FailureKind.Connection,
        $"The connection to {server.GetLeftPart(UriPartial.Authority)} was lost while it answered: {Cause(exception)}",
        "Try again; when it stays, check the network and the API server.",
        exception);

    public static EphemeralDebugException TimedOut(ApiAction action, TimeSpan limit, Uri server) => new(
        TimedOutId,
        FailureKind.Timeout,
        $"{server.GetLeftPart(UriPartial.Authority)} did not answer within {limit.TotalSeconds:0.#} s when asked to {action.Describe()}.",
        "Check that the server is up and reachable, or give it longer with -TimeoutSec.");

    public static EphemeralDebugException NotKubernetes(ApiAction action, string? mediaType, Uri server, Exception? inner = null) => new(
        "UnexpectedAnswer",
        FailureKind.Protocol,
        $"{server.GetLeftPart(UriPartial.Authority)} answered {(mediaType is null ? "something" : $"'{mediaType}'")} that is no object of Kubernetes when asked to {action.Describe()}.",
        "Check that the server address in the kubeconfig is that of a Kubernetes API server; a proxy or a login page may stand before it.",
        inner);

    /// <summary>What went wrong in a connection, in the words of the layer that knows.</summary>
    public static string Cause(Exception exception) =>
        FindInner<SocketException>(exception)?.Message
        ?? FindInner<IOException>(exception)?.Message
        ?? exception.Message;

    private static EphemeralDebugException Untrusted(string address, AuthenticationException tls) => new(
        "ServerNotTrusted",
        FailureKind.Security,
        $"The TLS connection to {address} could not be set up: {Innermost(tls).Message}",
        "Check certificate-authority-data (or certificate-authority) of the kubeconfig's cluster: it must hold the CA that issued the server's certificate; tls-server-name helps when the certificate bears another name.",
        tls);

    private static EphemeralDebugException Refused(string address, Exception exception) => new(
        RefusedId,
        FailureKind.Unavailable,
        $"The server {address} refused the request without looking at it.",
        "The server is busy or about to stop; try again a little later.",
        exception);

    private static EphemeralDebugException Unreachable(string address, Exception exception) => new(
        "ServerUnreachable",
        FailureKind.Connection,
        $"The server {address} cannot be reached: {Cause(exception)}",
        "Check that the cluster is up, that the server address in the kubeconfig is right, and whether a proxy or VPN is needed.",
        exception);

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }

    private static T? FindInner<T>(Exception exception)
        where T : Exception
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is T found)
            {
                return found;
            }
        }

        return null;
    }
}
