using System.Net;
using EphemeralDebug.Configuration;
using EphemeralDebug.Configuration.Credentials;

namespace EphemeralDebug.Api;

/// <summary>
/// Adds the credential and the impersonation to each request, and repeats a request once after a 401 when there is
/// another credential by then. A new client certificate gets new connections; requests in flight keep theirs.
/// </summary>
internal sealed class AuthenticationHandler(
    ClusterConfiguration configuration, Func<ClientCertificate?, HttpMessageHandler> createTransport)
    : HttpMessageHandler
{
    private const string AuthorizationName = "Authorization";
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<KeyValuePair<string, string>> _impersonation =
        ImpersonationHeaders.Of(configuration.Impersonation);

    private Transport? _transport;
    private bool _disposed;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequireSameServer(request.RequestUri!);
        Prepare(request);
        Credential credential = await configuration.Credentials.GetAsync(cancellationToken);
        HttpResponseMessage response = await SendAsync(request, credential, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        configuration.Credentials.Invalidate(credential);
        if (!CanRepeat(request))
        {
            return response;
        }

        Credential next = await NextAsync(response, cancellationToken);
        if (next.IsSameAs(credential))
        {
            return response;
        }

        response.Dispose();
        return await SendAsync(request, next, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                _disposed = true;
                _transport?.Invoker.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private async Task<Credential> NextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await configuration.Credentials.GetAsync(cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, Credential credential, CancellationToken cancellationToken)
    {
        request.Headers.Remove(AuthorizationName);
        if (credential.Authorization is { } authorization)
        {
            request.Headers.TryAddWithoutValidation(AuthorizationName, authorization);
        }

        return TransportFor(credential.Certificate).SendAsync(request, cancellationToken);
    }

    private void Prepare(HttpRequestMessage request)
    {
        foreach ((string name, string value) in _impersonation)
        {
            request.Headers.TryAddWithoutValidation(name, value);
            if (value.Contains(RepeatedHeaderEncoding.Separator))
            {
                request.Version = HttpVersion.Version11;
                request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            }
        }

        if (configuration.TlsServerName is { } host)
        {
            // .NET takes the name for TLS from the Host header, and from nothing else.
            Uri uri = request.RequestUri!;
            request.Headers.Host = uri.IsDefaultPort ? host : $"{host}:{uri.Port}";
        }
    }

    // A transport that is replaced is not disposed, because others may be about to send by it: without new requests its
    // connections go idle and are closed.
    private HttpMessageInvoker TransportFor(ClientCertificate? certificate)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_transport is null || !ClientCertificate.AreSame(_transport.Certificate, certificate))
            {
                _transport = new Transport(certificate, new HttpMessageInvoker(createTransport(certificate)));
            }

            return _transport.Invoker;
        }
    }

    private void RequireSameServer(Uri uri)
    {
        Uri server = configuration.Server;
        bool isSecure = uri.Scheme is "https" or "wss";
        if (uri.Host != server.Host || uri.Port != server.Port || isSecure != (server.Scheme == "https"))
        {
            throw new InvalidOperationException(
                $"A request to {uri.GetLeftPart(UriPartial.Authority)} must not carry the credentials for {server}.");
        }
    }

    private static bool CanRepeat(HttpRequestMessage request) =>
        request.Content is null or ByteArrayContent or ReadOnlyMemoryContent;

    private sealed record Transport(ClientCertificate? Certificate, HttpMessageInvoker Invoker);
}
