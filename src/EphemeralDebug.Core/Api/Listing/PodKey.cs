namespace EphemeralDebug.Api.Listing;

/// <summary>A pod's <c>namespace/name</c> in memory that is used again for the next pod.</summary>
internal sealed class PodKey
{
    private byte[] _bytes = new byte[512];
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Set(ReadOnlySpan<byte> podNamespace, ReadOnlySpan<byte> name)
    {
        _length = 0;
        Append(podNamespace);
        Append("/"u8);
        Append(name);
    }

    public void Set(ReadOnlySpan<byte> key)
    {
        _length = 0;
        Append(key);
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        if (_length + part.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + part.Length));
        }

        part.CopyTo(_bytes.AsSpan(_length));
        _length += part.Length;
    }
}
