using System.Collections;
using System.Management.Automation;
using System.Text;

namespace EphemeralDebug.Pipeline;

/// <summary>What a command reads, put together from the pipeline as for a native command: bytes as they are, all else as lines of text.</summary>
internal sealed class CommandInput : IDisposable
{
    private readonly MemoryStream _bytes = new();

    /// <summary>Adds an object of the pipeline.</summary>
    public void Add(object? input)
    {
        object? value = input is PSObject wrapper ? wrapper.BaseObject : input;
        switch (value)
        {
            case byte single:
                _bytes.WriteByte(single);
                break;
            case byte[] bytes:
                _bytes.Write(bytes);
                break;
            case IEnumerable items and not string and not IDictionary:
                foreach (object? item in items)
                {
                    Add(item);
                }

                break;
            default:
                _bytes.Write(Encoding.UTF8.GetBytes(LanguagePrimitives.ConvertTo<string>(input) + "\n"));
                break;
        }
    }

    public byte[] ToBytes() => _bytes.ToArray();

    public void Dispose() => _bytes.Dispose();
}
