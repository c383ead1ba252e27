using EphemeralDebug.Sandbox.Network.Http;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Shell;

namespace EphemeralDebug.Sandbox.Images;

/// <summary>What an image of the simulated registry has and does.</summary>
internal sealed record SimulatedImage
{
    /// <summary>Domain and repository.</summary>
    public required string Name { get; init; }

    /// <summary>The first line of <c>/etc/os-release</c>: the distribution's name.</summary>
    public required string Distribution { get; init; }

    /// <summary>The shell, or null for an image without any program but its own.</summary>
    public ShellFlavor? Shell { get; init; }

    /// <summary>Whether <c>bash</c> is there too.</summary>
    public bool HasBash { get; init; }

    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The user that the image names; 0 when it names none.</summary>
    public int UserId { get; init; }

    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Variables that the image sets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The path of the image's own server program, or null.</summary>
    public string? ServicePath { get; init; }

    /// <summary>What the server program prints when it starts.</summary>
    public IReadOnlyList<string> ServiceLog { get; init; } = [];

    /// <summary>Makes the web server that the server program is, or null.</summary>
    public Func<SimulatedProcess, HttpServer>? Server { get; init; }

    /// <summary>Files that the image has, by path.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
