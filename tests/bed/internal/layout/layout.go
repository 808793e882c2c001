// Package layout names the places that are the same in every bed and in the
// k3s image: a program inside finds its parts there, wherever the folders of
// the machine lie that are mounted at them.
package layout

// Places inside a bed.
const (
	// Programs holds the binaries bed and hyper.
	Programs = "/usr/libexec/bed"
	// Images holds the archives that are imported at the start.
	Images = "/usr/share/bed/images"
	// Data is the data folder. Its path is short, because the paths of sockets
	// are limited to 107 bytes.
	Data = "/var/lib/bed"
	// Run holds sockets and what is not kept.
	Run = "/run/bed"
)

// Names of files in the data folder, which are seen from outside too.
const (
	// StateFile tells the processes and cgroups of the bed.
	StateFile = "bed.json"
	// ControlSocket answers `bed status` and `bed ctl`.
	ControlSocket = "control.sock"
	// DockerSocket is the Docker daemon's.
	DockerSocket = "docker.sock"
	// Kubeconfig is the administrator's.
	Kubeconfig = "kubeconfig"
	// Logs is the folder of one log file for each program.
	Logs = "logs"
)
