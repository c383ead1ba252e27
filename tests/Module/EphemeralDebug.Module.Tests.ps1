BeforeAll {
    . $PSScriptRoot/common.ps1
    $module = Get-Module EphemeralDebug
}

Describe 'The module' {
    It 'exports just the cmdlets that the manifest names' {
        $manifest = Import-PowerShellDataFile (Join-Path $module.ModuleBase 'EphemeralDebug.psd1')
        $module.ExportedCommands.Keys | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
    }

    It 'has a suite for each cmdlet' {
        foreach ($name in $module.ExportedCmdlets.Keys) {
            Join-Path $PSScriptRoot "$name.Tests.ps1" | Should -Exist
        }
    }

    It 'says what each cmdlet puts out' {
        foreach ($cmdlet in $module.ExportedCmdlets.Values) {
            $cmdlet.OutputType | Should -Not -BeNullOrEmpty -Because $cmdlet.Name
        }
    }

    It 'resolves its records by name in scripts' {
        [EphemeralDebug.EphemeralContainer].Assembly.GetName().Name | Should -Be 'EphemeralDebug.Core'
    }

    It 'exposes no type of another library' {
        $assemblies = [EphemeralDebug.EphemeralContainer].Assembly, $module.ImplementingAssembly
        $types = foreach ($type in $assemblies.GetExportedTypes()) {
            foreach ($property in $type.GetProperties()) {
                $property.PropertyType
            }
        }
        $names = $types | ForEach-Object { $_.Assembly.GetName().Name } | Select-Object -Unique
        $names | Should -Contain 'EphemeralDebug.Core'
        $names | Where-Object { $_ -notmatch '^(EphemeralDebug|System)(\.|$)' } | Should -BeNullOrEmpty
    }

    It 'closes its sessions when it is removed' {
        $session = Connect-EphemeralCluster $KubeConfig
        Remove-Module EphemeralDebug
        $session.IsClosed | Should -BeTrue
    }
}
