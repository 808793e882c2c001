import Activity from "@lucide/svelte/icons/activity";
import CircleX from "@lucide/svelte/icons/circle-x";
import Database from "@lucide/svelte/icons/database";
import Download from "@lucide/svelte/icons/download";
import Eye from "@lucide/svelte/icons/eye";
import FileText from "@lucide/svelte/icons/file-text";
import Folder from "@lucide/svelte/icons/folder";
import Keyboard from "@lucide/svelte/icons/keyboard";
import LogOut from "@lucide/svelte/icons/log-out";
import Logs from "@lucide/svelte/icons/logs";
import Moon from "@lucide/svelte/icons/moon";
import Play from "@lucide/svelte/icons/play";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import Search from "@lucide/svelte/icons/search";
import Settings2 from "@lucide/svelte/icons/settings-2";
import Sun from "@lucide/svelte/icons/sun";
import SunMoon from "@lucide/svelte/icons/sun-moon";
import Table2 from "@lucide/svelte/icons/table-2";
import Trash2 from "@lucide/svelte/icons/trash-2";

import type { IconComponent } from "$components/icon";
import type { ActionId } from "$lib/actions";

const ICONS: Partial<Record<ActionId, IconComponent>> = {
  "run-report": Play,
  "run-current-month": Play,
  "run-previous-month": Play,
  "preview-report": Eye,
  "show-in-folder": Folder,
  "save-copy": Download,
  "run-again": RotateCcw,
  "delete-report": Trash2,
  search: Search,
  "go-settings": Settings2,
  activity: Activity,
  "open-reports-folder": Folder,
  help: Keyboard,
  "change-folder": Folder,
  "test-database": Database,
  "theme-system": SunMoon,
  "theme-light": Sun,
  "theme-dark": Moon,
  "open-settings-file": FileText,
  "open-logs-folder": Folder,
  quit: LogOut,
};

export function iconOf(id: ActionId): IconComponent {
  return ICONS[id] ?? Table2;
}

export { CircleX, Logs, Play, RotateCcw, Search, Table2 };
