namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>Reads containers. An ephemeral container's common part has the same numbers as a container.</summary>
internal static class ContainerProtobuf
{
    public static ContainerSpec Read(ProtobufReader reader)
    {
        var container = new ContainerSpec();
        var lists = new Lists();
        while (reader.TryReadField(out int number))
        {
            if (!TryReadOwn(ref reader, number, container) && !lists.TryRead(ref reader, number))
            {
                reader.Skip();
            }
        }

        lists.MoveTo(container);
        return container;
    }

    public static ContainerSpec ReadEphemeral(ProtobufReader reader)
    {
        var container = new ContainerSpec();
        string? target = null;
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    container = Read(reader.ReadMessage());
                    break;
                case 2:
                    target = reader.ReadText();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        container.TargetContainerName = target;
        return container;
    }

    private static bool TryReadOwn(ref ProtobufReader reader, int number, ContainerSpec container)
    {
        switch (number)
        {
            case 1:
                container.Name = reader.ReadText();
                return true;
            case 2:
                container.Image = reader.ReadText();
                return true;
            case 5:
                container.WorkingDir = reader.ReadText();
                return true;
            case 14:
                container.ImagePullPolicy = reader.ReadText();
                return true;
            case 15:
                container.SecurityContext = SecurityContextProtobuf.Read(reader.ReadBytes());
                return true;
            case 16:
                container.Stdin = reader.ReadFlag();
                return true;
            case 17:
                container.StdinOnce = reader.ReadFlag();
                return true;
            case 18:
                container.Tty = reader.ReadFlag();
                return true;
            default:
                return false;
        }
    }

    private static EnvVar ReadVariable(ProtobufReader reader)
    {
        var variable = new EnvVar();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    variable.Name = reader.ReadText();
                    break;
                case 2:
                    variable.Value = reader.ReadText();
                    break;
                case 3:
                    reader.Skip();
                    variable.ValueFrom = new EnvVarSource();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return variable;
    }

    private static VolumeMount ReadMount(ProtobufReader reader)
    {
        var mount = new VolumeMount();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    mount.Name = reader.ReadText();
                    break;
                case 2:
                    mount.ReadOnly = reader.ReadFlag();
                    break;
                case 3:
                    mount.MountPath = reader.ReadText();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return mount;
    }

    private static ContainerPort ReadPort(ProtobufReader reader)
    {
        var port = new ContainerPort();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    port.Name = reader.ReadText();
                    break;
                case 3:
                    port.Number = (int)reader.ReadNumber();
                    break;
                case 4:
                    port.Protocol = reader.ReadText();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return port;
    }

    /// <summary>The fields that come once for every entry.</summary>
    private ref struct Lists
    {
        private List<string>? _command;
        private List<string>? _arguments;
        private List<ContainerPort>? _ports;
        private List<EnvVar>? _variables;
        private List<VolumeMount>? _mounts;

        public bool TryRead(ref ProtobufReader reader, int number)
        {
            switch (number)
            {
                case 3:
                    (_command ??= []).Add(reader.ReadText() ?? "");
                    return true;
                case 4:
                    (_arguments ??= []).Add(reader.ReadText() ?? "");
                    return true;
                case 6:
                    (_ports ??= []).Add(ReadPort(reader.ReadMessage()));
                    return true;
                case 7:
                    (_variables ??= []).Add(ReadVariable(reader.ReadMessage()));
                    return true;
                case 9:
                    (_mounts ??= []).Add(ReadMount(reader.ReadMessage()));
                    return true;
                default:
                    return false;
            }
        }

        public readonly void MoveTo(ContainerSpec container)
        {
            container.Command = _command?.ToArray();
            container.Args = _arguments?.ToArray();
            container.Ports = _ports;
            container.Env = _variables;
            container.VolumeMounts = _mounts;
        }
    }
}
