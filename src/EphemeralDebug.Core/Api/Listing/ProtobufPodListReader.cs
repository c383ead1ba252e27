using EphemeralDebug.Api.Wire;
using EphemeralDebug.Api.Wire.Protobuf;

namespace EphemeralDebug.Api.Listing;

/// <summary>
/// Reads a PodList in protobuf. At any time one pod is in memory, and of a pod that is not asked for nothing is made.
/// </summary>
internal sealed class ProtobufPodListReader(ByteWindow window) : PodListReader
{
    private const int ListMetadata = 1;
    private const int ListItem = 2;

    private readonly PodKey _key = new();
    private State _state;
    private bool _isPodList;
    private long _left;
    private int _podLength;

    private enum State
    {
        Start,
        Envelope,
        List,
        AfterList,
        End,
    }

    public override ReadOnlySpan<byte> Key => _key.Bytes;

    public override async ValueTask<bool> ReadAsync()
    {
        window.Pass(_podLength);
        _podLength = 0;
        while (_state is not State.End)
        {
            switch (_state)
            {
                case State.Start:
                    await ReadMagicAsync();
                    break;
                case State.List when _left > 0:
                    if (await ReadFieldOfListAsync())
                    {
                        return true;
                    }

                    break;
                case State.List:
                    _state = State.AfterList;
                    break;
                default:
                    await ReadFieldOfEnvelopeAsync();
                    break;
            }
        }

        return false;
    }

    public override PodResource GetPod() => PodProtobuf.Read(window.Bytes[.._podLength]);

    public override void Dispose() => window.Dispose();

    private async ValueTask ReadMagicAsync()
    {
        await window.GatherAsync(KubernetesProtobuf.Magic.Length);
        if (!window.Bytes.StartsWith(KubernetesProtobuf.Magic))
        {
            throw new InvalidDataException("It does not begin as Kubernetes' protobuf does.");
        }

        window.Pass(KubernetesProtobuf.Magic.Length);
        _state = State.Envelope;
    }

    private async ValueTask ReadFieldOfEnvelopeAsync()
    {
        if (_state is State.AfterList && window.Bytes.IsEmpty && !await window.TryFillAsync())
        {
            _state = State.End;
            return;
        }

        FieldHeader header = await ReadHeaderAsync(long.MaxValue);
        switch (header.Number)
        {
            case KubernetesProtobuf.EnvelopeType when header.Type is WireType.Bytes:
                await window.GatherAsync(header.Length);
                _isPodList = KubernetesProtobuf.IsOfKind(new ProtobufReader(window.Bytes[..(int)header.Length]), "PodList"u8);
                window.Pass((int)header.Length);
                break;
            case KubernetesProtobuf.EnvelopeObject when _isPodList && header.Type is WireType.Bytes && _state is State.Envelope:
                _left = header.Length;
                _state = State.List;
                break;
            case KubernetesProtobuf.EnvelopeObject:
                throw new InvalidDataException("It is no list of pods.");
            default:
                await window.SkipAsync(header.Length);
                break;
        }
    }

    /// <summary>Reads the list's next field; true when it was a pod, which then stands at the window's beginning.</summary>
    private async ValueTask<bool> ReadFieldOfListAsync()
    {
        FieldHeader header = await ReadHeaderAsync(_left);
        _left -= header.Size + header.Length;
        if (header.Number is not (ListMetadata or ListItem) || header.Type is not WireType.Bytes)
        {
            await window.SkipAsync(header.Length);
            return false;
        }

        await window.GatherAsync(header.Length);
        int length = (int)header.Length;
        if (header.Number == ListItem)
        {
            _podLength = length;
            Glance();
            return true;
        }

        ContinueToken = ListMetaProtobuf.Read(new ProtobufReader(window.Bytes[..length])).Continue;
        window.Pass(length);
        return false;
    }

    private void Glance()
    {
        PodGlance glance = PodProtobuf.Glance(window.Bytes[.._podLength]);
        _key.Set(glance.Namespace, glance.Name);
        HasEphemeralContainers = glance.HasEphemeralContainers;
    }

    /// <summary>Reads what stands before a field's value and passes over it.</summary>
    private async ValueTask<FieldHeader> ReadHeaderAsync(long limit)
    {
        FieldHeader header;
        while (!FieldHeader.TryRead(window.Bytes, out header))
        {
            await window.FillAsync();
        }

        window.Pass(header.Size);
        return header.Length <= limit - header.Size
            ? header
            : throw new InvalidDataException("A field goes beyond the end of its message.");
    }
}
