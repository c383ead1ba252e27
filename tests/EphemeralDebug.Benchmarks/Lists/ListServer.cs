using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using EphemeralDebug.Sandbox.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace EphemeralDebug.Benchmarks.Lists;

/// <summary>Gives the chunks of <see cref="LargeList"/> over TLS, by HTTP/2 and HTTP/1.1.</summary>
internal sealed class ListServer : IAsyncDisposable
{
    private readonly CertificateAuthority _authority = new(TimeProvider.System);
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _application;
    private readonly LargeList _list;

    private ListServer(LargeList list)
    {
        _list = list;
        _certificate = _authority.IssueServerCertificate();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(_certificate, https => https.ClientCertificateMode = ClientCertificateMode.NoCertificate);
            }));
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    public string CertificatePem => _authority.CertificatePem;

    public string Address => _application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    public static async Task<ListServer> StartAsync(LargeList list)
    {
        var server = new ListServer(list);
        await server._application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _certificate.Dispose();
        _authority.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        bool isSmall = context.Request.Path.StartsWithSegments("/api/v1/namespaces", StringComparison.Ordinal);
        string? token = context.Request.Query["continue"];
        ReadOnlyMemory<byte> body = isSmall
            ? _list.Small
            : _list.Chunk(int.Parse(token ?? "0", CultureInfo.InvariantCulture));
        context.Response.ContentType = _list.IsProtobuf ? "application/vnd.kubernetes.protobuf" : "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    }
}
