import { createApp } from 'vue'
import App from './App.vue'
import { i18n, savedLanguage, useLanguage } from './i18n'
import { router } from './router'
import './styles/tokens.css'
import './styles/element.css'
import './styles/base.css'
import './styles/print.css'

async function start(): Promise<void> {
  await useLanguage(savedLanguage())
  const app = createApp(App)
  app.use(i18n)
  app.use(router)
  app.mount('#app')
}

void start()
