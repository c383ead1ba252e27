using System.IO.Compression;

namespace EphemeralDebug.Sandbox.Kubelet.PortForward.Spdy;

/// <summary>Compresses the headers of a connection's answers: always none, in one zlib stream through all of them.</summary>
internal sealed class HeaderWriter : IDisposable
{
    private static readonly byte[] NoHeaders = new byte[sizeof(int)];

    private readonly MemoryStream _compressed = new();
    private readonly ZLibStream _plain;

    public HeaderWriter()
    {
        _plain = new ZLibStream(_compressed, CompressionLevel.Fastest, leaveOpen: true);
    }

    /// <summary>The compressed headers of the next frame.</summary>
    public byte[] WriteNone()
    {
        _plain.Write(NoHeaders);
        _plain.Flush();
        byte[] block = _compressed.ToArray();
        _compressed.SetLength(0);
        return block;
    }

    public void Dispose()
    {
        _plain.Dispose();
        _compressed.Dispose();
    }
}
