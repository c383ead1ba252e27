using System.Security.Cryptography;
using System.Text;
using EphemeralDebug.Sandbox.Network.Http;
using EphemeralDebug.Sandbox.Shell;

namespace EphemeralDebug.Sandbox.Images;

/// <summary>The images that exist in the simulated world. Any other can't be pulled.</summary>
internal static class ImageCatalog
{
    private static readonly Dictionary<string, string> NginxFiles = new(StringComparer.Ordinal)
    {
        [NginxServer.Directory + "/index.html"] = NginxServer.WelcomePage,
    };

    private static readonly Dictionary<string, SimulatedImage> Images = new SimulatedImage[]
    {
        new() { Name = "docker.io/library/busybox", Distribution = "BusyBox", Shell = ShellFlavor.BusyBox, Command = ["sh"] },
        new() { Name = "docker.io/library/alpine", Distribution = "Alpine Linux", Shell = ShellFlavor.Alpine, Command = ["/bin/sh"] },
        new() { Name = "docker.io/library/debian", Distribution = "Debian GNU/Linux", Shell = ShellFlavor.Dash, HasBash = true, Command = ["bash"] },
        new() { Name = "docker.io/library/ubuntu", Distribution = "Ubuntu", Shell = ShellFlavor.Dash, HasBash = true, Command = ["/bin/bash"] },
        new() { Name = "docker.io/nicolaka/netshoot", Distribution = "Alpine Linux", Shell = ShellFlavor.Alpine, HasBash = true, Command = ["bash"], WorkingDirectory = "/root" },
        new()
        {
            Name = "docker.io/library/nginx",
            Distribution = "Debian GNU/Linux",
            Shell = ShellFlavor.Dash,
            HasBash = true,
            ServicePath = "/usr/sbin/nginx",
            Command = ["nginx", "-g", "daemon off;"],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["NGINX_VERSION"] = "1.29.4" },
            ServiceLog = ["nginx: using the \"epoll\" event method", "nginx: start worker processes"],
            Server = process => new NginxServer(process, 80),
            Files = NginxFiles,
        },
        new()
        {
            Name = "docker.io/nginxinc/nginx-unprivileged",
            Distribution = "Debian GNU/Linux",
            Shell = ShellFlavor.Dash,
            HasBash = true,
            UserId = 101,
            ServicePath = "/usr/sbin/nginx",
            Command = ["nginx", "-g", "daemon off;"],
            ServiceLog = ["nginx: using the \"epoll\" event method", "nginx: start worker processes"],
            Server = process => new NginxServer(process, 8080),
            Files = NginxFiles,
        },
        new()
        {
            Name = "docker.io/library/redis",
            Distribution = "Debian GNU/Linux",
            Shell = ShellFlavor.Dash,
            HasBash = true,
            ServicePath = "/usr/local/bin/redis-server",
            Command = ["redis-server"],
            WorkingDirectory = "/data",
            ServiceLog = ["Redis is starting", "Ready to accept connections tcp"],
        },
        new() { Name = "registry.k8s.io/pause", Distribution = "", ServicePath = "/pause", Entrypoint = ["/pause"], UserId = 65535 },
        Distroless("static"),
        Distroless("static-debian12"),
        Distroless("base-debian12"),
    }.ToDictionary(image => image.Name, StringComparer.Ordinal);

    /// <summary>The image, or null when there is none of that name and tag.</summary>
    public static SimulatedImage? Find(ImageReference reference)
    {
        if (!Images.TryGetValue(reference.Name, out SimulatedImage? image) || !HasTag(reference.Tag))
        {
            return null;
        }

        return reference.Tag?.Contains("nonroot", StringComparison.Ordinal) == true ? image with { UserId = 65532 } : image;
    }

    /// <summary>The digest that stands for the image, the same on every run.</summary>
    public static string Digest(ImageReference reference) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reference.FullName)));

    private static SimulatedImage Distroless(string name) => new()
    {
        Name = "gcr.io/distroless/" + name,
        Distribution = "Distroless",
        ServicePath = "/app",
        Entrypoint = ["/app"],
        ServiceLog = ["listening on :8080"],
        Server = process => new PlainServer(process, 8080),
    };

    /// <summary>Tags that look like versions, and the common names, exist.</summary>
    private static bool HasTag(string? tag) => tag is null or "latest" or "stable" or "edge" or "nonroot" or "bookworm" or "trixie" or "noble" or "jammy"
        || char.IsAsciiDigit(tag[0]) || (tag[0] == 'v' && tag.Length > 1 && char.IsAsciiDigit(tag[1]));
}
