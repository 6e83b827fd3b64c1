/** What `--help` prints. */
export const helpText = `Usage: llamactl-server [options]

Serves the Llamactl REST API over the LLM servers on this machine.

  --host HOST        address or name to listen on (default: localhost)
  --port PORT        TCP port, 0 for a free one (default: 8080)
  --data-dir FOLDER  folder for definitions, accounts, logs and run records
  --config FILE      configuration file (default: llamactl.yaml in the working
                     folder, the user's configuration folder, /etc/llamactl
                     or the data folder)
  --check-config     say what is wrong with the configuration, and end
  --print-config     print the configuration with where it comes from, and end
  --reset-password NAME
                     give a user a new password, print it and end; the
                     server may run meanwhile
  --log-level LEVEL  debug, info, warn, error or silent (default: info)
  -v, --version      print the version
  -h, --help         print this

Settings also come from LLAMACTL_* variables, as in LLAMACTL_SERVER__PORT=8090.
SIGTERM, SIGINT or SIGHUP stops or keeps all instances, as instances.on_shutdown says, and
ends the server; a second one hurries.
`;
