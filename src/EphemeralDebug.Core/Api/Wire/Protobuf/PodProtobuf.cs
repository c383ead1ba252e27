using EphemeralDebug.Api.Listing;

namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>
/// Reads pods from protobuf into the same objects as from JSON. The fields' numbers are those of Kubernetes'
/// k8s.io/api/core/v1/generated.proto, and never change there.
/// </summary>
internal static class PodProtobuf
{
    private const int Metadata = 1;
    private const int Spec = 2;
    private const int Status = 3;
    private const int MetadataName = 1;
    private const int MetadataNamespace = 3;
    private const int SpecEphemeralContainers = 34;

    /// <summary>Reads a whole pod.</summary>
    /// <exception cref="InvalidDataException">The bytes are no pod.</exception>
    public static PodResource Read(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        var pod = new PodResource();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case Metadata:
                    pod.Metadata = ReadMetadata(reader.ReadMessage());
                    break;
                case Spec:
                    pod.Spec = ReadSpec(reader.ReadMessage());
                    break;
                case Status:
                    pod.Status = ReadStatus(reader.ReadMessage());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return pod;
    }

    /// <summary>Finds out who a pod is and whether it has ephemeral containers, without making anything of it.</summary>
    /// <exception cref="InvalidDataException">The bytes are no pod.</exception>
    public static PodGlance Glance(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        var glance = new PodGlance { Length = message.Length };
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case Metadata:
                    GlanceAtMetadata(reader.ReadMessage(), ref glance);
                    break;
                case Spec:
                    GlanceAtSpec(reader.ReadMessage(), ref glance);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return glance;
    }

    private static void GlanceAtMetadata(ProtobufReader reader, ref PodGlance glance)
    {
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case MetadataName:
                    glance.Name = reader.ReadBytes();
                    break;
                case MetadataNamespace:
                    glance.Namespace = reader.ReadBytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static void GlanceAtSpec(ProtobufReader reader, ref PodGlance glance)
    {
        while (reader.TryReadField(out int number))
        {
            glance.HasEphemeralContainers |= number == SpecEphemeralContainers;
            reader.Skip();
        }
    }

    private static ObjectMeta ReadMetadata(ProtobufReader reader)
    {
        var metadata = new ObjectMeta();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case MetadataName:
                    metadata.Name = reader.ReadText();
                    break;
                case MetadataNamespace:
                    metadata.Namespace = reader.ReadText();
                    break;
                case 5:
                    metadata.Uid = reader.ReadText();
                    break;
                case 6:
                    metadata.ResourceVersion = reader.ReadText();
                    break;
                case 8:
                    metadata.CreationTimestamp = TimeProtobuf.Read(reader.ReadMessage());
                    break;
                case 9:
                    metadata.DeletionTimestamp = TimeProtobuf.Read(reader.ReadMessage());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return metadata;
    }

    private static PodSpec ReadSpec(ProtobufReader reader)
    {
        var spec = new PodSpec();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 2:
                    (spec.Containers ??= []).Add(ContainerProtobuf.Read(reader.ReadMessage()));
                    break;
                case 7:
                    (string key, string value) = ReadEntry(reader.ReadMessage());
                    (spec.NodeSelector ??= [])[key] = value;
                    break;
                case 10:
                    spec.NodeName = reader.ReadText();
                    break;
                case 20:
                    (spec.InitContainers ??= []).Add(ContainerProtobuf.Read(reader.ReadMessage()));
                    break;
                case 36:
                    spec.Os = ReadOs(reader.ReadMessage());
                    break;
                case SpecEphemeralContainers:
                    (spec.EphemeralContainers ??= []).Add(ContainerProtobuf.ReadEphemeral(reader.ReadMessage()));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return spec;
    }

    /// <summary>An entry of a map is a message of its own.</summary>
    private static (string Key, string Value) ReadEntry(ProtobufReader reader)
    {
        (string key, string value) = ("", "");
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    key = reader.ReadText() ?? "";
                    break;
                case 2:
                    value = reader.ReadText() ?? "";
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (key, value);
    }

    private static PodOs ReadOs(ProtobufReader reader)
    {
        var os = new PodOs();
        while (reader.TryReadField(out int number))
        {
            if (number == 1)
            {
                os.Name = reader.ReadText();
            }
            else
            {
                reader.Skip();
            }
        }

        return os;
    }

    private static PodStatus ReadStatus(ProtobufReader reader)
    {
        var status = new PodStatus();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    status.Phase = reader.ReadText();
                    break;
                case 2:
                    (status.Conditions ??= []).Add(ReadCondition(reader.ReadMessage()));
                    break;
                case 3:
                    status.Message = reader.ReadText();
                    break;
                case 4:
                    status.Reason = reader.ReadText();
                    break;
                case 8:
                    (status.ContainerStatuses ??= []).Add(ContainerStatusProtobuf.Read(reader.ReadMessage()));
                    break;
                case 10:
                    (status.InitContainerStatuses ??= []).Add(ContainerStatusProtobuf.Read(reader.ReadMessage()));
                    break;
                case 13:
                    (status.EphemeralContainerStatuses ??= []).Add(ContainerStatusProtobuf.Read(reader.ReadMessage()));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return status;
    }

    private static PodCondition ReadCondition(ProtobufReader reader)
    {
        var condition = new PodCondition();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    condition.Type = reader.ReadText();
                    break;
                case 2:
                    condition.Status = reader.ReadText();
                    break;
                case 4:
                    condition.LastTransitionTime = TimeProtobuf.Read(reader.ReadMessage());
                    break;
                case 5:
                    condition.Reason = reader.ReadText();
                    break;
                case 6:
                    condition.Message = reader.ReadText();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return condition;
    }
}
